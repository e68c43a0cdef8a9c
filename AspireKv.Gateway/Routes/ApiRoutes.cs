namespace AspireKv.Gateway.Routes;

/// <summary>The paths that the gateway answers.</summary>
internal static class ApiRoutes
{
    public const string Login = "/login";
    public const string SetValue = "/set-value";
    public const string GetValue = "/get-value";
    public const string DeleteValue = "/delete-value";
    public const string Metrics = "/metrics";

    /// <summary>Whatever begins like this names a key; the rest is read from the raw target.</summary>
    public const string KeyPrefix = "/v1/kv/";

    public const string Key = "/v1/kv/{namespace}/{key}";

    /// <summary>What the path of a request for a key is replaced by before routing, so that no key can choose another route.</summary>
    public const string KeyPlaceholder = "/v1/kv/-/-";

    public const string Cluster = "/v1/cluster";
    public const string Tombstones = "/v1/admin/tombstones";
    public const string Topology = "/v1/admin/topology";
    public const string Members = "/v1/admin/members";
    public const string Member = "/v1/admin/members/{node}";
    public const string Plans = "/v1/admin/plans";
    public const string Commit = "/v1/admin/plans/{id}/commit";
    public const string PendingPlan = "/v1/admin/plan";
    public const string OpenApi = "/openapi/v1.json";
    public const string Documentation = "/scalar";

    /// <summary>What whoever knows only the address comes to.</summary>
    public const string Root = "/";

    /// <summary>The namespace of the JSON routes.</summary>
    public const string DefaultNamespace = "default";

    public static ApiFamily FamilyOf(PathString path) =>
        IsAny(path, Login, SetValue, GetValue, DeleteValue, Metrics) ? ApiFamily.Json : ApiFamily.V1;

    /// <summary>True when the request asks to change data, so that its answer says whether it did.</summary>
    public static bool ChangesData(HttpRequest request) =>
        request.Path.Value?.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase) == true
            ? HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method)
            : HttpMethods.IsPost(request.Method) && IsAny(request.Path, SetValue, DeleteValue);

    /// <summary>
    /// True when no body may be answered. In any other spelling the method is none that the server knows, and a length without its bytes
    /// would be a fault of ours.
    /// </summary>
    public static bool IsHead(HttpRequest request) => request.Method == HttpMethods.Head;

    private static bool IsAny(PathString path, params ReadOnlySpan<string> candidates)
    {
        // Routing does not mind a slash at the end.
        var trimmed = path.Value.AsSpan().TrimEnd('/');
        foreach (var candidate in candidates)
        {
            if (trimmed.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

namespace AspireKv.Gateway.KeyValue;

/// <summary>The names of the routes for data.</summary>
internal static class DataRoutes
{
    public const string Key = "kv";
    public const string SetValue = "set-value";
    public const string GetValue = "get-value";
    public const string DeleteValue = "delete-value";
}

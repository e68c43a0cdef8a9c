namespace AspireKv.Gateway.Administration;

/// <summary>How the API names what a wish asks for.</summary>
internal static class WishOps
{
    public const string Add = "add";
    public const string Drain = "drain";
    public const string Remove = "remove";
    public const string Replace = "replace";
    public const string Replication = "replication";
    public const string System = "system";
    public const string Order = "order";

    public static readonly IReadOnlyList<string> All = [Add, Drain, Remove, Replace, Replication, System, Order];
}

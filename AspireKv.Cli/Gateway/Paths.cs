using System.Globalization;

namespace AspireKv.Cli.Gateway;

/// <summary>The routes of the gateway that are asked here.</summary>
internal static class Paths
{
    public const string Cluster = "v1/cluster";
    public const string Members = "v1/admin/members";
    public const string Plans = "v1/admin/plans";
    public const string PendingPlan = "v1/admin/plan";
    public const string Tombstones = "v1/admin/tombstones";

    public static string Member(int number) => string.Create(CultureInfo.InvariantCulture, $"{Members}/{number}");

    /// <param name="id">The id of a plan, letters and digits in the main.</param>
    public static string CommitOf(string id) => $"{Plans}/{Uri.EscapeDataString(id)}/commit";
}

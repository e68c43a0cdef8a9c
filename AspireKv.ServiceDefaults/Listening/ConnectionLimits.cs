using System.Net;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>How many connections a listener holds.</summary>
/// <param name="Total">All of them.</param>
/// <param name="PerAddress">Those of one address.</param>
/// <param name="Exempt">Networks of proxies, whose connections are many clients': they count in the total only.</param>
public sealed record ConnectionLimits(int Total, int PerAddress, IReadOnlyList<IPNetwork> Exempt)
{
    /// <summary>What log and metrics call the limit of the total.</summary>
    internal string TotalName { get; init; } = "total";
}

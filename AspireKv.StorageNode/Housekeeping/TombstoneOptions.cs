using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>How fast the marks of deleted keys are removed.</summary>
internal sealed class TombstoneOptions
{
    public const string SectionName = "Tombstones";

    /// <summary>
    /// How often a coordinator looks for tombstones that every replica holds. More often gives space back sooner and costs reads.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many tombstones of one partition are purged at a time; where there are more, the next pass begins at once. More clear a backlog
    /// sooner and load the replicas more.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxPurgesPerPartition { get; set; } = 64;
}

[OptionsValidator]
internal sealed partial class TombstoneOptionsValidator : IValidateOptions<TombstoneOptions>;

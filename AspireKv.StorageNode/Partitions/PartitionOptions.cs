using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>The times and bounds of each partition that a node coordinates.</summary>
internal sealed class PartitionOptions
{
    public const string SectionName = "Partitions";

    /// <summary>
    /// How long a Prepare waits for its quorum before a higher one is tried. Shorter takes over sooner, longer suits far links and slow
    /// disks.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan PrepareTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// After how long without any quorum a coordinator gives up its ballot. Shorter lets a better placed node take over sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many keys of one partition are remembered as settled. More save read rounds and cost memory.</summary>
    [Range(2, 10_000_000)]
    public int MaxSettledKeysPerPartition { get; set; } = 16_384;

    /// <summary>How often time-outs are looked at: the precision of these times and of those of operations.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:01")]
    public TimeSpan TickInterval { get; set; } = TimeSpan.FromMilliseconds(25);
}

[OptionsValidator]
internal sealed partial class PartitionOptionsValidator : IValidateOptions<PartitionOptions>;

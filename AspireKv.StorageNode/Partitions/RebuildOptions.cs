using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>How fast nodes that lost what they held are given it back.</summary>
internal sealed class RebuildOptions
{
    public const string SectionName = "Rebuild";

    /// <summary>How often a coordinator looks for learners to rebuild. More often begins sooner.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many partitions a coordinator rebuilds at a time. More finish sooner and leave less for clients.</summary>
    [Range(1, 1_000)]
    public int MaxPartitions { get; set; } = 8;

    /// <summary>
    /// How many keys of one partition are copied at a time. More finish sooner, leave less for clients and hold more values in memory.
    /// </summary>
    [Range(1, 1_000)]
    public int KeysAtATime { get; set; } = 16;
}

[OptionsValidator]
internal sealed partial class RebuildOptionsValidator : IValidateOptions<RebuildOptions>;

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>How often the replicas of a partition are compared, and how fast what they lack is sent.</summary>
internal sealed class RepairOptions
{
    public const string SectionName = "Repair";

    /// <summary>How often partitions to compare, or to bring to their next replicas, are looked for.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How often the replicas of a partition are compared while one of them may lack something.</summary>
    public static readonly TimeSpan DoubtInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a coordinator compares the replicas of each of its partitions, whatever is known of them; where a replica may lack
    /// something it does so within seconds. More often finds sooner what no sign tells of, and costs reads.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many partitions a coordinator compares at a time, and how many that move it brings to their next replicas. More finish sooner
    /// and leave less for clients.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxPartitions { get; set; } = 4;

    /// <summary>
    /// Bytes of values a second that a coordinator sends to replicas that lack them. More repair sooner and leave less for clients.
    /// </summary>
    [Range(1_024, 1_099_511_627_776)]
    public long BytesPerSecond { get; set; } = 8 * 1024 * 1024;
}

[OptionsValidator]
internal sealed partial class RepairOptionsValidator : IValidateOptions<RepairOptions>;

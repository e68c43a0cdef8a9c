using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>When a node whose disk is worse than those of the others has these coordinate its partitions.</summary>
internal sealed class SlowDiskOptions
{
    public const string SectionName = "SlowDisk";

    /// <summary>How often the disk is looked at.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often partitions are handed on while the disk is slow or full.</summary>
    public static readonly TimeSpan HandOnInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How many partitions are handed on each time.</summary>
    public const int MaxHandOns = 16;

    /// <summary>
    /// Syncs that take so long, in the median, are slow where those of the others take a quarter of it at most. Shorter spares clients
    /// smaller differences, longer moves partitions less often.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan SlowFrom { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// For how long syncs must be slow without a break. Longer rides out what passes by itself, shorter spares clients more of it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan After { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// For how long the disk must be neither slow nor full until the node takes partitions again. Longer calms a disk that is now well and
    /// now not, shorter spreads the load sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan WellAfter { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class SlowDiskOptionsValidator : IValidateOptions<SlowDiskOptions>;

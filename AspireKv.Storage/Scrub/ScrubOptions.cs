using System.ComponentModel.DataAnnotations;

namespace AspireKv.Storage.Scrub;

/// <summary>How fast and how often everything that is stored is read and compared.</summary>
internal sealed class ScrubOptions
{
    public const string SectionName = "Storage:Scrub";

    /// <summary>
    /// Bytes a second that the scrub reads to look for damage. More: damage is found sooner, and the disk has less to give to others.
    /// </summary>
    [Range(64 * 1024, 16L * 1024 * 1024 * 1024)]
    public long BytesPerSecond { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The pause between two passes of the scrub; the first one begins at the start, unless that compared everything. Shorter: damage is
    /// found sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "20.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromDays(1);
}

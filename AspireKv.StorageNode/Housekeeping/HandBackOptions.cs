using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>When partitions go back to the nodes that coordinate them while all is well.</summary>
internal sealed class HandBackOptions : IValidatableObject
{
    public const string SectionName = "HandBack";

    /// <summary>How often partitions that should go back are looked for.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For how long a node must have been well before a partition goes back to it. Longer spares clients a second move where a node dies
    /// again soon, shorter spreads the load sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan After { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest that grows to: it doubles each time that a partition comes back within this time after it went. Longer calms a node
    /// that comes and goes more.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many partitions leave a node so in a second. More spread the load sooner, and let more clients wait for a few syncs at a time.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxPerSecond { get; set; } = 8;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxAfter < After)
        {
            yield return new ValidationResult("HandBack:MaxAfter must not be shorter than HandBack:After.");
        }
    }
}

[OptionsValidator]
internal sealed partial class HandBackOptionsValidator : IValidateOptions<HandBackOptions>;

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Peers;

/// <summary>When a silent peer is suspected, and when others take over from it. Peers are pinged as set in <c>PeerTransport</c>.</summary>
internal sealed class LivenessOptions : IValidatableObject
{
    public const string SectionName = "Liveness";

    /// <summary>A peer that answered nothing for so long is suspect: reported, but still relied on.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan SuspectAfter { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// A peer that answered nothing for so long is dead: others take over its partitions. Shorter fails over sooner, longer rides out
    /// pauses of a busy machine. A wrong guess costs time, never consistency.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromMilliseconds(600);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DeadAfter < SuspectAfter)
        {
            yield return new ValidationResult("Liveness:DeadAfter must not be shorter than Liveness:SuspectAfter.");
        }
    }
}

[OptionsValidator]
internal sealed partial class LivenessOptionsValidator : IValidateOptions<LivenessOptions>;

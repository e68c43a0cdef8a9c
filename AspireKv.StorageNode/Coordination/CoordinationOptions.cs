using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Coordination;

/// <summary>The times and bounds of the operations that a node works on.</summary>
internal sealed class CoordinationOptions : IValidatableObject
{
    public const string SectionName = "Coordination";

    /// <summary>
    /// The longest an operation may take, whatever its sender allows. Longer rides out longer failures, shorter answers sooner that there
    /// is no quorum.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:04.500")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMilliseconds(1_800);

    /// <summary>
    /// After how long without an answer an operation is looked after: its message is sent again, the same one, where the stream that took
    /// it broke or the replica left it unanswered. Shorter mends a lost message sooner and costs looks under load.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between further looks; pauses double from <see cref="ResendAfter"/> on, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan MaxResendDelay { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// How long a node that is asked to stop lets operations under way end and its peers turn elsewhere, before its streams are cut; zero
    /// for not at all. Longer leaves less open where disks or links are slow, shorter stops sooner then. A sound node takes a fraction of
    /// it. Leave whoever kills what does not stop (a container's grace period, say) some seconds more.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromMilliseconds(2_500);

    /// <summary>
    /// Operations that this node works on at a time; more are refused as overload. More ride out bursts and cost memory: each holds its
    /// value.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxPendingOperations { get; set; } = 16_384;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // An operation is first looked at when it may have to be sent again: one that may end before then would end late.
        if (ResendAfter >= OperationTimeout)
        {
            yield return new ValidationResult("Coordination:ResendAfter must be shorter than Coordination:OperationTimeout.");
        }

        if (MaxResendDelay < ResendAfter)
        {
            yield return new ValidationResult("Coordination:MaxResendDelay must not be shorter than Coordination:ResendAfter.");
        }
    }
}

[OptionsValidator]
internal sealed partial class CoordinationOptionsValidator : IValidateOptions<CoordinationOptions>;

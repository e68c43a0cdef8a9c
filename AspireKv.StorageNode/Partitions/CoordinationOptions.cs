using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>The times and bounds of operations at their coordinator.</summary>
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
    /// After how long without an answer an operation's message is sent again, the same one. Shorter mends a lost message sooner and costs
    /// traffic under load.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between further sends; pauses double from <see cref="ResendAfter"/> on, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan MaxResendDelay { get; set; } = TimeSpan.FromMilliseconds(800);

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

    /// <summary>How often time-outs are looked at: the precision of the times above.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:01")]
    public TimeSpan TickInterval { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Operations that this node works on at a time; more are refused as overload. More ride out bursts and cost memory: each holds its
    /// value.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxPendingOperations { get; set; } = 16_384;

    /// <summary>Bytes of the longest value; longer ones are refused. At most <c>PeerTransport:MaxValueBytes</c>.</summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>How many keys of one partition are remembered as settled. More save read rounds and cost memory.</summary>
    [Range(2, 10_000_000)]
    public int MaxSettledKeysPerPartition { get; set; } = 16_384;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // An operation is first looked at when it is sent again: one that may end before then would end late.
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

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.Access;

/// <summary>The times of a party that sends operations to the nodes from outside.</summary>
public sealed class AccessOptions
{
    public const string SectionName = "Access";

    /// <summary>
    /// How long an operation may take once its request has been read. Longer waits out more failures, shorter tells the client sooner; keep
    /// it below 2 s where clients are promised an answer within 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:04")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMilliseconds(1600);

    /// <summary>
    /// How long a read waits for one node before it is repeated on another replica, if there is one. Shorter hides a stalled node better,
    /// longer repeats fewer reads that are merely slow. A write is never repeated.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:00:04")]
    public TimeSpan ReadAttemptTimeout { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// A node that answered nothing for so long is passed over. Shorter leaves a stalled node sooner, longer bears longer pauses.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SuspectAfter { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>How often every node is asked what it knows of the cluster. Shorter notices changes sooner and costs messages.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class AccessOptionsValidator : IValidateOptions<AccessOptions>;

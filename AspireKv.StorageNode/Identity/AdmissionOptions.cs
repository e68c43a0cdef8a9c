using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>How a node that starts is let in by the others.</summary>
internal sealed class AdmissionOptions
{
    public const string SectionName = "Admission";

    /// <summary>
    /// How long a node that starts waits for members that do not answer before it votes with the consent of those that must. Longer asks
    /// more of them whether its files are the newest, and keeps it out longer while one is down.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A process that said nothing of itself for so long stands in no other's way that wants to be the same node. Longer keeps two
    /// processes of one node apart more surely, and holds up a node whose process was cut off and then started anew.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromMilliseconds(1_500);
}

[OptionsValidator]
internal sealed partial class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>;

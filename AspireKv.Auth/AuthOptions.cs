using System.ComponentModel.DataAnnotations;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>Where the auth service keeps its files, and which gateways it believes.</summary>
internal sealed class AuthOptions : IValidatableObject
{
    public const string SectionName = "Auth";

    /// <summary>The gateways that are trusted when none is named.</summary>
    public static readonly string[] ThisMachine = ["127.0.0.0/8", "::1"];

    /// <summary>Where the signing key and the accounts are. Losing it ends every session and every account but the first.</summary>
    [Required(ErrorMessage = "Set Auth:DataDirectory to a directory of the auth service's own.")]
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// Addresses or networks (CIDR) of gateways whose X-Forwarded-For is believed when tries are counted by address; by default this
    /// machine's. Anyone in them can evade the limit by address, but not the one by account.
    /// </summary>
    public IList<string> TrustedGateways { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TrustedNetworks.FindFault(TrustedGateways) is { } wrong)
        {
            yield return new ValidationResult(
                $"Auth:TrustedGateways has '{wrong}', which is neither an IP address nor a network like 10.0.0.0/8.");
        }
    }
}

[OptionsValidator]
internal sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;

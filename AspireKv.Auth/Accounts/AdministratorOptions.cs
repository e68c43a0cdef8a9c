using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// The first account, needed outside Development until an account exists. Once one exists neither value changes anything, and the password
/// is best taken out of the configuration.
/// </summary>
internal sealed class AdministratorOptions : IValidatableObject
{
    public const string SectionName = "Auth:Administrator";

    /// <summary>The e-mail address of the first account; needed outside Development until an account exists.</summary>
    public string? Email { get; set; }

    /// <summary>The password of the first account: 8 to 128 characters, not a common or placeholder one, not the address.</summary>
    public string? Password { get; set; }

    /// <summary>Neither being set is right once an account exists; <see cref="AdministratorAccount"/> decides about that.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Email) != string.IsNullOrEmpty(Password))
        {
            yield return new ValidationResult("Auth:Administrator:Email and Auth:Administrator:Password belong together: set both.");
            yield break;
        }

        if (string.IsNullOrEmpty(Email) || string.IsNullOrEmpty(Password))
        {
            yield break;
        }

        if (!EmailAddress.TryParse(Email, out _))
        {
            yield return new ValidationResult("Auth:Administrator:Email is not an e-mail address.");
        }

        if (PasswordRules.FindFault(Password, Email) is { } fault)
        {
            yield return new ValidationResult($"Auth:Administrator:Password {fault}.");
        }
    }
}

[OptionsValidator]
internal sealed partial class AdministratorOptionsValidator : IValidateOptions<AdministratorOptions>;

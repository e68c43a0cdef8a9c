namespace AspireKv.Auth;

/// <summary>The first account. Once it exists, neither value is read again, and the password is best taken out of the configuration.</summary>
internal sealed class AdministratorOptions
{
    /// <summary>Its e-mail address.</summary>
    public string? Email { get; set; }

    /// <summary>Its password, 8 to 128 characters, not a common or placeholder one.</summary>
    public string? Password { get; set; }
}

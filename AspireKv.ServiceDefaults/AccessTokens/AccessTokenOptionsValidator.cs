using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.AccessTokens;

[OptionsValidator]
internal sealed partial class AccessTokenOptionsValidator : IValidateOptions<AccessTokenOptions>;

/// <summary>The address of the keys is the one thing an attribute cannot judge.</summary>
internal sealed class JwksUriValidator : IValidateOptions<AccessTokenOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessTokenOptions options) =>
        Uri.TryCreate(options.JwksUri, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.UserInfo.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("AccessTokens:JwksUri must be an absolute http or https address without credentials");
}

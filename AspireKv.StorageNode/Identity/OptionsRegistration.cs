using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>The one way in which options are bound and checked.</summary>
internal static class OptionsRegistration
{
    public static void AddValidatedOptions<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}

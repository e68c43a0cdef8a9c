using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// The one way in which a service takes its options. Libraries below, which know nothing of services, register theirs with the calls that
/// stand behind this one.
/// </summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds the options to a section of the configuration and has them judged when the service starts: a wrong one keeps it from
    /// starting. Rules that need other options or the environment are added to what is returned.
    /// </summary>
    public static OptionsBuilder<TOptions> AddValidatedOptions<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        return services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }
}

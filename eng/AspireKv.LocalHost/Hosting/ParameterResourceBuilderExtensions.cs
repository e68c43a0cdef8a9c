using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a value that resources share. The dashboard masks it when it is <paramref name="secret"/>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Local().Add(new ParameterResource(name, value, secret));
    }
}

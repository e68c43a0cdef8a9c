using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using AspireKv.LocalHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly List<IResource> _resources = [];
    private readonly AppHostMetadata _metadata;

    public DistributedApplicationBuilder(string[] args, Assembly? appHost)
    {
        _metadata = AppHostMetadata.Of(appHost);
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            ContentRootPath = _metadata.Directory,
            ApplicationName = _metadata.Name,
        });
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public string AppHostDirectory => _metadata.Directory;

    public IResourceBuilder<T> Add<T>(T resource)
        where T : IResource
    {
        if (_resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"There is already a resource named '{resource.Name}'.", nameof(resource));
        }

        _resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build() => new(new LocalApplication(
        _metadata,
        _resources,
        LocalHostSettings.Read(_host.Configuration, _metadata),
        TimeProvider.System));
}

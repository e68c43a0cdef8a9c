using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The application while it is being described.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>appsettings.json, environment variables and the command line, each over the one before.</summary>
    ConfigurationManager Configuration { get; }

    IHostEnvironment Environment { get; }

    /// <summary>Directory of the AppHost's project file.</summary>
    string AppHostDirectory { get; }

    DistributedApplication Build();
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace AspireKv.AppHost;

/// <summary>
/// The settings file beside the program. <c>dotnet run</c> starts the program in its project's folder, where the host finds the file by
/// itself; whoever starts the binary stands in another folder, and without the file the AppHost would end before its services.
/// </summary>
internal static class OwnSettings
{
    /// <summary>Adds the file below all other sources, so that each of them wins.</summary>
    public static void AddBelow(IConfigurationBuilder configuration) => configuration.Sources.Insert(0, new JsonConfigurationSource
    {
        FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
        Path = "appsettings.json",
    });
}

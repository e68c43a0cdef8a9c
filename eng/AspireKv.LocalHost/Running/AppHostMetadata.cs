using System.Reflection;

namespace AspireKv.LocalHost;

/// <summary>What the build wrote into the AppHost's assembly.</summary>
internal sealed record AppHostMetadata(string Name, string Directory, string? DashboardPath)
{
    public static AppHostMetadata Of(Assembly? appHost)
    {
        var values = (appHost?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
            .ToLookup(static attribute => attribute.Key, static attribute => attribute.Value, StringComparer.OrdinalIgnoreCase);
        return new(
            appHost?.GetName().Name ?? "AppHost",
            values["apphostprojectpath"].FirstOrDefault() ?? Environment.CurrentDirectory,
            values["aspiredashboardpath"].FirstOrDefault());
    }
}

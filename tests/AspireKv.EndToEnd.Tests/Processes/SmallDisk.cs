using System.Diagnostics;
using System.Globalization;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>A file system of its own, in memory and of a fixed size, until it is disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<string?> MountProblem = new(FindMountProblem);

    private SmallDisk(string path) => Path = path;

    /// <summary>Why none can be made here, or null.</summary>
    public static string? Problem => MountProblem.Value;

    public string Path { get; }

    public static SmallDisk Mount(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "aspirekv-tests", path);
        return new SmallDisk(path);
    }

    public void Dispose() => Run("umount", Path);

    private static string? FindMountProblem()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "A tmpfs needs Linux.";
        }

        var path = Directory.CreateTempSubdirectory("aspirekv-mount-").FullName;
        try
        {
            Mount(path, 1).Dispose();
            return null;
        }
        catch (Exception exception)
        {
            return $"No tmpfs can be mounted here: {exception.Message}";
        }
        finally
        {
            Directory.Delete(path);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
        }
    }
}

/// <summary>A test that needs <see cref="SmallDisk"/>; skipped, with the reason, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Problem;
}

using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.StorageNode.Identity;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Commands;

/// <summary>
/// What an operator may decide and the node never does by itself: that the files in its data directory are not its own, or not for this
/// program, and that the node is to begin without them. Run as <c>AspireKv.StorageNode set-aside</c>, with the node's configuration, while
/// the node is stopped.
/// </summary>
internal static class SetAside
{
    public const string Command = "set-aside";

    public static Task RunAsync(WebApplication app)
    {
        var path = app.Services.GetRequiredService<IOptions<NodeOptions>>().Value.DataDirectory;
        Run(app.Services.GetRequiredService<IFileSystem>(), path, app.Logger);
        return Task.CompletedTask;
    }

    /// <exception cref="DataDirectoryException">The directory is in use, has no files of a node, or cannot be written.</exception>
    private static void Run(IFileSystem files, string path, ILogger logger)
    {
        using var directory = DataDirectory.Open(files, path);
        if (!directory.HasFiles)
        {
            throw new DataDirectoryException(
                $"The data directory '{directory.Path}' has no files of a node; there is nothing to set aside.");
        }

        try
        {
            Storage.Log.SetAsideByOperator(logger, directory.SetAside("An operator set these files aside.", keepsFounding: false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The files in '{directory.Path}' cannot be moved: {exception.Message}", exception);
        }
    }
}

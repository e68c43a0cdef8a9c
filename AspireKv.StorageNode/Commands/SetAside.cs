using AspireKv.Storage;
using AspireKv.Storage.Failures;

namespace AspireKv.StorageNode.Commands;

/// <summary>
/// What an operator may decide and the node never does by itself: that the files in its data directory are not its own, or not for this
/// program, and that the node is to begin without them. Run as <c>AspireKv.StorageNode set-aside</c>, with the node's configuration, while
/// the node is stopped.
/// </summary>
internal static class SetAside
{
    public const string Command = "set-aside";

    /// <exception cref="DataDirectoryException">The directory is in use, has no files of a node, or cannot be written.</exception>
    public static Task RunAsync(WebApplication app)
    {
        app.Services.GetRequiredService<StorageOpening>().SetAside();
        return Task.CompletedTask;
    }
}

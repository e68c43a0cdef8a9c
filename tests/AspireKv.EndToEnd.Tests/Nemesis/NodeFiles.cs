using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// Puts an older copy in the place of a node's files, or harms them, each in a way that no start may miss. Of a node that runs, only the
/// oldest segment (kind 0) may be harmed: its scrub reads it again.
/// </summary>
internal static class NodeFiles
{
    /// <summary>How many ways there are.</summary>
    public const int Kinds = 4;

    private const int FirstFrame = 64;
    private const int SqlitePage = 4096;

    public static void Harm(ServiceProcess node, int kind)
    {
        var directory = DirectoryOf(node);
        switch (kind)
        {
            case 0:
                // The first record of the oldest segment; later ones vouch for it.
                Flip(Directory.GetFiles(Path.Combine(directory, "wal"), "*.wal").Order(StringComparer.Ordinal).First(), FirstFrame + 8);
                break;
            case 1 when new FileInfo(Path.Combine(directory, "entries.sqlite")).Length > SqlitePage:
                Zero(Path.Combine(directory, "entries.sqlite"), SqlitePage);
                break;
            case 2:
                Flip(Path.Combine(directory, "founding"), 60);
                break;
            default:
                Flip(Path.Combine(directory, "identity"), 22);
                break;
        }
    }

    /// <summary>Copies the directory of a node that does not run.</summary>
    public static void CopyAside(ServiceProcess node)
    {
        var (from, to) = (DirectoryOf(node), CopyOf(node));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Puts that copy in the place of the directory.</summary>
    public static void PutBack(ServiceProcess node)
    {
        Directory.Delete(DirectoryOf(node), recursive: true);
        Directory.Move(CopyOf(node), DirectoryOf(node));
    }

    /// <summary>Where the files go that are set aside next.</summary>
    public static string NextAside(ServiceProcess node)
    {
        var directory = DirectoryOf(node);
        return Path.Combine(directory, $"damaged-{Directory.GetDirectories(directory, "damaged-*").Length + 1}");
    }

    private static string CopyOf(ServiceProcess node) => DirectoryOf(node) + "-copy";

    private static string DirectoryOf(ServiceProcess node) => node.Environment["Node__DataDirectory"];

    private static void Flip(string path, int offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, offset);
        one[0] ^= 0x40;
        RandomAccess.Write(file, one, offset);
    }

    /// <summary>Everything behind the first page, which holds the schema, becomes zeros.</summary>
    private static void Zero(string path, int from)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, new byte[RandomAccess.GetLength(file) - from], from);

        // SQLite would take the pages that its journal still holds for better ones.
        File.Delete(path + "-wal");
    }
}

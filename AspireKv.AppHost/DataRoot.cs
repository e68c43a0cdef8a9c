using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AspireKv.AppHost;

/// <summary>
/// The directory that holds a cluster on this machine: one directory a service, the secret that its members share, and a lock, held for
/// as long as this object lives, that keeps a second AppHost out. (Each node locks its own directory as well.)
/// </summary>
internal sealed class DataRoot : IDisposable
{
    private const string LockFile = "apphost.lock";
    private const string CredentialFile = "cluster-credential";
    private const int CredentialBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private readonly FileStream _lock;

    private DataRoot(string path, FileStream @lock, string credential) => (_path, _lock, Credential) = (path, @lock, credential);

    /// <summary>The secret of the cluster's nodes and gateways, made when the data root was.</summary>
    public string Credential { get; }

    public string DirectoryOf(string service) => Path.Combine(_path, service);

    /// <summary>A file of the AppHost's own.</summary>
    public string FileOf(string name) => Path.Combine(_path, name);

    public static bool TryOpen(string path, [NotNullWhen(true)] out DataRoot? dataRoot, [NotNullWhen(false)] out string? problem)
    {
        dataRoot = null;
        problem = null;
        FileStream? held = null;
        try
        {
            CreateDirectory(path);
            held = TryLock(Path.Combine(path, LockFile));
            if (held is null)
            {
                problem = $"Another AppHost runs a cluster on the data root {path}. "
                    + "Stop it, or give this one its own with --data-root (and ports of its own).";
                return false;
            }

            // Where locks do nothing they also keep nobody out.
            if (TryLock(Path.Combine(path, LockFile)) is { } second)
            {
                second.Dispose();
                held.Dispose();
                problem = $"The data root {path} is on a file system without locks, so two clusters could use it. "
                    + "Give another one with --data-root (DOTNET_SYSTEM_IO_DISABLEFILELOCKING turns locks off).";
                return false;
            }

            dataRoot = new DataRoot(path, held, ReadOrCreateCredential(Path.Combine(path, CredentialFile)));
            return true;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            held?.Dispose();
            problem = $"The data root {path} cannot be used: {exception.Message} "
                + "Give a directory that this user may write to, with --data-root.";
            return false;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    /// <summary>The operating system lets go of the lock when the process ends, however it ends. Null: somebody else has it.</summary>
    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    private static string ReadOrCreateCredential(string file)
    {
        if (File.Exists(file))
        {
            var stored = File.ReadAllText(file).Trim();
            return stored.Length >= CredentialBytes
                ? stored
                : throw new IOException($"{file} holds no credential. Put it back from a copy; delete it only if the nodes hold no data.");
        }

        var credential = Convert.ToBase64String(RandomNumberGenerator.GetBytes(CredentialBytes));
        WholeFile.Write(file, Encoding.ASCII.GetBytes(credential));
        return credential;
    }
}

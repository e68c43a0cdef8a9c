namespace AspireKv.Storage.Files;

/// <summary>Tells a lack of room, which passes, from a disk that fails.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>True when the call found no room; nothing is wrong with what was stored before.</summary>
    public static bool Is(IOException exception) =>
        exception.HResult is NoSpace or WindowsDiskFull or WindowsHandleDiskFull
        || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaOnMac : QuotaOnLinux);
}

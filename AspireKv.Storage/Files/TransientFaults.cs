using AspireKv.Durability;

namespace AspireKv.Storage.Files;

/// <summary>
/// Tells what passes by itself from a disk that fails: no file descriptor or no memory was to be had, or another program holds the file.
/// Nothing was done by such a call, and it can be made again.
/// </summary>
internal static class TransientFaults
{
    private const int NoMemory = 12;
    private const int NoDescriptorInTheSystem = 23;
    private const int NoDescriptorInTheProcess = 24;
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int WindowsTooManyOpenFiles = unchecked((int)0x80070004);
    private const int WindowsNotEnoughMemory = unchecked((int)0x80070008);
    private const int WindowsOutOfMemory = unchecked((int)0x8007000E);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsNoSystemResources = unchecked((int)0x800705AA);

    /// <summary>True where a later try may succeed. A sync that failed is never among them, whatever it failed of.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        OutOfMemoryException => true,
        SyncFailedException => false,
        IOException => exception.HResult
            is NoMemory or NoDescriptorInTheSystem or NoDescriptorInTheProcess
            or WindowsTooManyOpenFiles or WindowsNotEnoughMemory or WindowsOutOfMemory
            or WindowsSharingViolation or WindowsNoSystemResources
            || exception.HResult == (OperatingSystem.IsMacOS() ? LockedOnMac : LockedOnLinux),
        _ => false,
    };
}

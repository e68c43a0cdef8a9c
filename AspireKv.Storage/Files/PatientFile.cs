namespace AspireKv.Storage.Files;

/// <summary>
/// An open file that waits likewise where a call can be made again. A write or a sync that fails is for the caller, who knows what it was
/// to promise.
/// </summary>
internal sealed class PatientFile(IStorageFile inner, PatientCalls calls) : IStorageFile
{
    public long Length => inner.Length;

    public int Read(Span<byte> buffer, long offset)
    {
        while (true)
        {
            try
            {
                return inner.Read(buffer, offset);
            }
            catch (Exception exception) when (TransientFaults.Is(exception))
            {
                if (!calls.Wait(exception))
                {
                    throw;
                }
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => inner.Write(bytes, offset);

    public void Allocate(long length) => calls.Run(() => inner.Allocate(length));

    public void SetLength(long length) => calls.Run(() => inner.SetLength(length));

    public void Sync() => inner.Sync();

    public void Dispose() => inner.Dispose();
}

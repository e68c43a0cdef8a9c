using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Files;

/// <summary>Makes calls of the file system again and again while they fail of what passes by itself.</summary>
internal sealed class PatientCalls(Patience patience)
{
    private const string Part = "files";

    /// <inheritdoc cref="Patience.Wait"/>
    public bool Wait(Exception failure) => patience.Wait(Part, failure);

    public void Run(Action call) => Run(() =>
    {
        call();
        return true;
    });

    public T Run<T>(Func<T> call)
    {
        while (true)
        {
            try
            {
                return call();
            }
            catch (Exception exception) when (TransientFaults.Is(exception))
            {
                if (!Wait(exception))
                {
                    throw;
                }
            }
        }
    }
}

namespace AspireKv.Storage.Failures;

/// <summary>Where damage is noted for good, so that no later start trusts the files.</summary>
internal interface IDamageNotes
{
    /// <summary>How many times files were set aside whose directory is still there.</summary>
    int TimesSetAside { get; }

    /// <summary>Durable when it returns. The first note stays.</summary>
    /// <param name="reason">What is wrong with the files, in one line.</param>
    void NoteDamage(string reason);
}

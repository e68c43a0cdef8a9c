using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

/// <summary>The notes of a test in which nothing is damaged.</summary>
internal sealed class NoNotes : IDamageNotes
{
    public int TimesSetAside => 0;

    public void NoteDamage(string reason) => Assert.Fail($"damage was noted: {reason}");
}

using System.ComponentModel.DataAnnotations;
using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Options;

namespace AspireKv.Storage;

/// <summary>How a node stores, part by part, and the rules that hold between the parts.</summary>
internal sealed class StorageOptions : IValidatableObject
{
    public const string SectionName = "Storage";

    [ValidateObjectMembers]
    public WalOptions Wal { get; } = new();

    [ValidateObjectMembers]
    public CheckpointOptions Checkpoints { get; } = new();

    [ValidateObjectMembers]
    public SqliteOptions Sqlite { get; } = new();

    [ValidateObjectMembers]
    public CacheOptions Cache { get; } = new();

    [ValidateObjectMembers]
    public ScrubOptions Scrub { get; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Wal.LimitBytes < Checkpoints.WalBytes + (2L * Wal.SegmentSizeBytes))
        {
            yield return new ValidationResult(
                "Storage:Wal:LimitBytes must be at least Storage:Checkpoints:WalBytes and twice Storage:Wal:SegmentSizeBytes together.");
        }

        if (Checkpoints.MemtableLimitBytes <= Checkpoints.MemtableBytes)
        {
            yield return new ValidationResult(
                "Storage:Checkpoints:MemtableLimitBytes must be more than Storage:Checkpoints:MemtableBytes.");
        }
    }
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;

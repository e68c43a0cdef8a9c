namespace AspireKv.Storage.Checkpoints;

/// <summary>What was found of the reserve and of the disk's room.</summary>
internal enum ReserveState
{
    /// <summary>The reserve is full, and there is room besides.</summary>
    Filled,

    /// <summary>There is not as much room as is needed.</summary>
    NoRoom,

    /// <summary>The disk could not be asked: for a cause that passes by itself, or the engine failed of it.</summary>
    Unknown,
}

using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Metrics;

/// <summary>
/// A series that senders name again and again: its labels as they are stored, and what a store noted about it, so that a known series costs neither
/// the pipeline stages nor a lookup by its labels. Made by a decoder's cache once a batch with the series was stored; shared by all batches since.
/// </summary>
public sealed class SeriesHandle(LabelSet labels)
{
    private object? _storeNote;

    public LabelSet Labels { get; } = labels;

    /// <summary>
    /// The store's own: what it needs to find the series again. Reads and writes are atomic; a store must check that the note still holds (the series may
    /// have been sealed away since) and that it is one of its own.
    /// </summary>
    public object? StoreNote
    {
        get => Volatile.Read(ref _storeNote);
        set => Volatile.Write(ref _storeNote, value);
    }
}

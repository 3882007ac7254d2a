namespace Bongsu.Storage.Head;

/// <summary>What the store notes on a series' handle: its id in the table of that identity. Immutable.</summary>
internal sealed record SeriesNote(object Table, int Id);

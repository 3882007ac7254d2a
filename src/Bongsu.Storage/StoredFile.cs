namespace Bongsu.Storage;

/// <summary>A sealed file: the times of what is in it, ms since the epoch, and its size.</summary>
public readonly record struct StoredFile(long FromMs, long ToMs, long Bytes);

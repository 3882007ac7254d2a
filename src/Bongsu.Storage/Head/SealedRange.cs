namespace Bongsu.Storage.Head;

/// <summary>A window that a block holds whole as far as the WAL up to a file has it: [FromMs, ToMs).</summary>
internal readonly record struct SealedRange(long FromMs, long ToMs, long WalThrough);

namespace Bongsu.Storage;

/// <summary>Damage found in a file: where, and what does not fit.</summary>
internal readonly record struct Corruption(string File, long Offset, string Reason)
{
    public override string ToString() => $"Corruption in {Path.GetFileName(Path.GetDirectoryName(File))}/{Path.GetFileName(File)} at offset {Offset}: {Reason}";
}

namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>A password or token, given in the configuration or in a file that is read again for each use. Never shows itself. Thread-safe.</summary>
public sealed class Secret
{
    // Tokens are short; a file of more is a mistake.
    private const int MaxFileBytes = 64 * 1024;

    private readonly string? _value;
    private readonly string? _file;

    private Secret(string? value, string? file) => (_value, _file) = (value, file);

    public static Secret OfValue(string value) => new(value, null);

    public static Secret OfFile(string path) => new(null, path);

    /// <exception cref="IOException">The file cannot be read; the message names it, and nothing of what is in it.</exception>
    internal string Read()
    {
        if (_file is null)
            return _value!;
        try
        {
            return new FileInfo(_file).Length <= MaxFileBytes ? File.ReadAllText(_file).Trim() : throw new IOException($"{_file} is larger than {MaxFileBytes} bytes");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{_file} may not be read", e);
        }
    }

    public override string ToString() => "<secret>";
}

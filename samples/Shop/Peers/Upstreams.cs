namespace Shop.Peers;

/// <summary>The addresses of a peer's instances, used in turn; instances come and go while the service runs. Thread-safe.</summary>
internal sealed class Upstreams
{
    private readonly Lock _lock = new();
    private Uri[] _addresses;
    private int _turn = -1;

    public Upstreams(string commaList) => _addresses = [.. commaList.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    public IReadOnlyList<Uri> Addresses => Volatile.Read(ref _addresses);

    public Uri Next()
    {
        var addresses = Volatile.Read(ref _addresses);
        return addresses.Length == 0
            ? throw new HttpRequestException("No upstream is configured.")
            : addresses[(int)((uint)Interlocked.Increment(ref _turn) % (uint)addresses.Length)];
    }

    public void Add(Uri address)
    {
        lock (_lock)
        {
            if (!_addresses.Contains(address))
                Volatile.Write(ref _addresses, [.. _addresses, address]);
        }
    }

    public void Remove(Uri address)
    {
        lock (_lock)
            Volatile.Write(ref _addresses, [.. _addresses.Where(a => a != address)]);
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"'{text}' is not an http address.");
}

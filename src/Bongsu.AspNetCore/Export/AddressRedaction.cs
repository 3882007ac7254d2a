namespace Bongsu.AspNetCore.Export;

/// <summary>Addresses leave without user name, password, query and fragment: that is where tokens travel.</summary>
internal static class AddressRedaction
{
    public static bool IsAddress(string key) => key is "url.full" or "http.url" or "http.target";

    public static bool IsQuery(string key) => key is "url.query" or "url.fragment";

    public static string Strip(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        var kept = end < 0 ? address : address[..end];
        var authority = kept.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return kept;
        authority += 3;
        var path = kept.IndexOf('/', authority);
        var host = path < 0 ? kept[authority..] : kept[authority..path];
        var at = host.LastIndexOf('@');
        return at < 0 ? kept : string.Concat(kept.AsSpan(0, authority), host.AsSpan(at + 1), path < 0 ? "" : kept.AsSpan(path));
    }
}

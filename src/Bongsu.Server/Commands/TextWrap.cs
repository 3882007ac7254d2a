namespace Bongsu.Server.Commands;

/// <summary>Breaks long text into lines of a screen, at spaces where there are some.</summary>
internal static class TextWrap
{
    /// <summary>The text in lines of at most <paramref name="width"/> characters, the first of <paramref name="firstWidth"/>; 0: as long as they are.</summary>
    public static IEnumerable<string> Lines(string text, int firstWidth, int width)
    {
        var room = firstWidth;
        foreach (var line in text.Split('\n'))
        {
            var rest = line.TrimEnd('\r');
            while (room > 0 && rest.Length > room)
            {
                var cut = rest.LastIndexOf(' ', room);
                // A word that leaves most of the line empty is broken.
                if (cut < room / 2)
                    cut = char.IsHighSurrogate(rest[room - 1]) ? room - 1 : room;
                yield return rest[..cut];
                rest = rest[cut..].TrimStart(' ');
                room = width;
            }
            yield return rest;
            room = width;
        }
    }
}

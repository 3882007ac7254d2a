namespace Bongsu.Storage.Segments;

/// <summary>Names of fields as queries write them: what is no letter, digit or underscore is an underscore.</summary>
internal static class FieldName
{
    /// <summary>Whether a key may be asked for by a name; in doubt, yes.</summary>
    public static bool Is(ReadOnlySpan<byte> key, string name)
    {
        if (!IsPlain(key))
            return true;
        if (key.Length != name.Length)
            return false;
        for (var i = 0; i < key.Length; i++)
        {
            var c = (char)key[i];
            if ((char.IsAsciiLetterOrDigit(c) ? c : '_') != name[i])
                return false;
        }
        return true;
    }

    /// <summary>Whether the name of a key is as long as the key; others have rules of their own.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> key) =>
        System.Text.Ascii.IsValid(key) && !key.IsEmpty && key[0] is not (<= (byte)' ' or (>= (byte)'0' and <= (byte)'9')) && key[^1] != ' ';
}

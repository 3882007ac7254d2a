using System.Text;

namespace Bongsu.AspNetCore.Logging;

/// <summary>Turns <c>OrderId</c>, <c>http.route</c> and <c>HTTPStatus</c> into <c>order_id</c>, <c>http_route</c> and <c>http_status</c>.</summary>
internal static class SnakeCase
{
    public static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!char.IsLetterOrDigit(c))
                result.Append('_');
            else if (!char.IsUpper(c))
                result.Append(c);
            else
            {
                var startsWord = i > 0 && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1])));
                if (startsWord)
                    result.Append('_');
                result.Append(char.ToLowerInvariant(c));
            }
        }
        return result.ToString();
    }
}

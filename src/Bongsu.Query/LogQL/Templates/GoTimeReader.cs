using System.Globalization;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Reads one moment by the elements of a layout. Not thread-safe.</summary>
internal sealed class GoTimeReader(string text)
{
    private static readonly DateTimeFormatInfo English = CultureInfo.InvariantCulture.DateTimeFormat;

    private int _at;
    private int _year;
    private int _month = 1;
    private int _day = 1;
    private int _hour;
    private int _minute;
    private int _second;
    private int _nanos;
    private bool? _isAfternoon;
    private TimeSpan? _offset;

    public bool TryRead(IEnumerable<(string? Element, string Text)> layout, TimeZoneInfo zone, out Moment moment)
    {
        moment = Moment.Zero;
        foreach (var (element, literal) in layout)
        {
            if (element is null ? !TryLiteral(literal[0]) : !TryElement(element))
                return false;
        }
        if (_at != text.Length || _year is < 1 or > 9999 || _month is < 1 or > 12 || _day < 1 || _day > DateTime.DaysInMonth(_year, _month))
            return false;
        if (_isAfternoon is { } afternoon)
            _hour = _hour % 12 + (afternoon ? 12 : 0);
        if (_hour > 23 || _minute > 59 || _second > 59)
            return false;
        var local = new DateTime(_year, _month, _day, _hour, _minute, _second, DateTimeKind.Unspecified);
        var offset = _offset ?? zone.GetUtcOffset(local);
        if (local.Ticks - offset.Ticks is < 0 or > 3_155_378_975_999_999_999)
            return false;
        moment = new Moment(new DateTimeOffset(local, offset), _nanos);
        return true;
    }

    private bool TryLiteral(char c)
    {
        if (_at >= text.Length || text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private bool TryElement(string element)
    {
        switch (element)
        {
            case "January": return TryName(English.MonthNames, 1, ref _month);
            case "Jan": return TryName(English.AbbreviatedMonthNames, 1, ref _month);
            case "Monday": return TryName(English.DayNames, 0, ref _unused);
            case "Mon": return TryName(English.AbbreviatedDayNames, 0, ref _unused);
            case "2006": return TryDigits(4, 4, ref _year);
            case "06":
                var ok = TryDigits(2, 2, ref _year);
                _year += _year >= 69 ? 1900 : 2000;
                return ok;
            case "01": return TryDigits(2, 2, ref _month);
            case "1": return TryDigits(1, 2, ref _month);
            case "02": return TryDigits(2, 2, ref _day);
            case "_2":
                if (_at < text.Length && text[_at] == ' ')
                    _at++;
                return TryDigits(1, 2, ref _day);
            case "2": return TryDigits(1, 2, ref _day);
            case "15" or "03": return TryDigits(2, 2, ref _hour);
            case "3": return TryDigits(1, 2, ref _hour);
            case "04": return TryDigits(2, 2, ref _minute);
            case "4": return TryDigits(1, 2, ref _minute);
            case "05": return TryDigits(2, 2, ref _second) && TryFraction(isNeeded: false);
            case "5": return TryDigits(1, 2, ref _second) && TryFraction(isNeeded: false);
            case "PM" or "pm": return TryHalf();
            case "MST": return TryZoneName();
            case "002" or "__2": return false;
            default: return element[0] is 'Z' or '-' ? TryOffset(element) : _hasFraction || TryFraction(isNeeded: element[1] == '0');
        }
    }

    private int _unused;
    private bool _hasFraction;

    private bool TryDigits(int least, int most, ref int number)
    {
        var end = _at;
        while (end < text.Length && end - _at < most && char.IsAsciiDigit(text[end]))
            end++;
        if (end - _at < least)
            return false;
        number = int.Parse(text.AsSpan(_at, end - _at), CultureInfo.InvariantCulture);
        _at = end;
        return true;
    }

    private bool TryName(string[] names, int first, ref int number)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0 || string.Compare(text, _at, names[i], 0, names[i].Length, StringComparison.OrdinalIgnoreCase) != 0)
                continue;
            number = i + first;
            _at += names[i].Length;
            return true;
        }
        return false;
    }

    // Go takes a fraction behind the seconds also where the layout has none.
    private bool TryFraction(bool isNeeded)
    {
        if (_at + 1 >= text.Length || text[_at] is not ('.' or ',') || !char.IsAsciiDigit(text[_at + 1]))
            return !isNeeded;
        _at++;
        _hasFraction = true;
        for (var scale = 100_000_000; _at < text.Length && char.IsAsciiDigit(text[_at]); scale /= 10)
            _nanos += (text[_at++] - '0') * scale;
        return true;
    }

    private bool TryHalf()
    {
        if (_at + 2 > text.Length || text[_at + 1] is not ('M' or 'm') || text[_at] is not ('A' or 'a' or 'P' or 'p'))
            return false;
        _isAfternoon = text[_at] is 'P' or 'p';
        _at += 2;
        return true;
    }

    private bool TryZoneName()
    {
        var start = _at;
        while (_at < text.Length && _at - start < 4 && char.IsAsciiLetterUpper(text[_at]))
            _at++;
        if (text[start.._at] is "UTC" or "GMT")
            _offset = TimeSpan.Zero;
        return _at - start >= 3;
    }

    private bool TryOffset(string element)
    {
        if (element[0] == 'Z' && _at < text.Length && text[_at] == 'Z')
        {
            _at++;
            _offset = TimeSpan.Zero;
            return true;
        }
        if (_at >= text.Length || text[_at] is not ('+' or '-'))
            return false;
        var sign = text[_at++] == '-' ? -1 : 1;
        int hours = 0, minutes = 0;
        if (!TryDigits(2, 2, ref hours) || (element.Contains(':') && !TryLiteral(':')) || (element.Length > 3 && !TryDigits(2, 2, ref minutes)) || hours > 14)
            return false;
        _offset = new TimeSpan(sign * hours, sign * Math.Min(minutes, 59), 0);
        return _offset.Value.Duration() <= TimeSpan.FromHours(14);
    }
}
